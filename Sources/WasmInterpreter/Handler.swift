// Written by scripts/generate-handlers: change that script, not this file.

/// Numbers of the handlers in the C dispatch loop: the first member of each family.
enum Handler {
  /// Numbers below this one have a result; the same word without a slot for it is this much further.
  static let resultCount: UInt16 = 1483
  static let i32Add: UInt16 = 0
  static let i32Sub: UInt16 = 5
  static let i32Mul: UInt16 = 10
  static let i32And: UInt16 = 15
  static let i32Or: UInt16 = 20
  static let i32Xor: UInt16 = 25
  static let i32Shl: UInt16 = 30
  static let i32ShrS: UInt16 = 35
  static let i32ShrU: UInt16 = 40
  static let i32Rotl: UInt16 = 45
  static let i32Rotr: UInt16 = 50
  static let i32DivS: UInt16 = 55
  static let i32DivU: UInt16 = 60
  static let i32RemS: UInt16 = 65
  static let i32RemU: UInt16 = 70
  static let i32Eq: UInt16 = 75
  static let i32Ne: UInt16 = 79
  static let i32LtS: UInt16 = 83
  static let i32LtU: UInt16 = 87
  static let i32GtS: UInt16 = 91
  static let i32GtU: UInt16 = 95
  static let i32LeS: UInt16 = 99
  static let i32LeU: UInt16 = 103
  static let i32GeS: UInt16 = 107
  static let i32GeU: UInt16 = 111
  static let i64Add: UInt16 = 115
  static let i64Sub: UInt16 = 120
  static let i64Mul: UInt16 = 125
  static let i64And: UInt16 = 130
  static let i64Or: UInt16 = 135
  static let i64Xor: UInt16 = 140
  static let i64Shl: UInt16 = 145
  static let i64ShrS: UInt16 = 150
  static let i64ShrU: UInt16 = 155
  static let i64Rotl: UInt16 = 160
  static let i64Rotr: UInt16 = 165
  static let i64DivS: UInt16 = 170
  static let i64DivU: UInt16 = 175
  static let i64RemS: UInt16 = 180
  static let i64RemU: UInt16 = 185
  static let i64Eq: UInt16 = 190
  static let i64Ne: UInt16 = 194
  static let i64LtS: UInt16 = 198
  static let i64LtU: UInt16 = 202
  static let i64GtS: UInt16 = 206
  static let i64GtU: UInt16 = 210
  static let i64LeS: UInt16 = 214
  static let i64LeU: UInt16 = 218
  static let i64GeS: UInt16 = 222
  static let i64GeU: UInt16 = 226
  static let f32Add: UInt16 = 230
  static let f32Sub: UInt16 = 237
  static let f32Mul: UInt16 = 244
  static let f32Div: UInt16 = 251
  static let f32Min: UInt16 = 258
  static let f32Max: UInt16 = 265
  static let f32Copysign: UInt16 = 272
  static let f32Eq: UInt16 = 279
  static let f32Ne: UInt16 = 283
  static let f32Lt: UInt16 = 287
  static let f32Gt: UInt16 = 291
  static let f32Le: UInt16 = 295
  static let f32Ge: UInt16 = 299
  static let f64Add: UInt16 = 303
  static let f64Sub: UInt16 = 310
  static let f64Mul: UInt16 = 317
  static let f64Div: UInt16 = 324
  static let f64Min: UInt16 = 331
  static let f64Max: UInt16 = 338
  static let f64Copysign: UInt16 = 345
  static let f64Eq: UInt16 = 352
  static let f64Ne: UInt16 = 356
  static let f64Lt: UInt16 = 360
  static let f64Gt: UInt16 = 364
  static let f64Le: UInt16 = 368
  static let f64Ge: UInt16 = 372
  static let i32Clz: UInt16 = 376
  static let i32Ctz: UInt16 = 378
  static let i32Popcnt: UInt16 = 380
  static let i32Extend8S: UInt16 = 382
  static let i32Extend16S: UInt16 = 384
  static let i64Clz: UInt16 = 386
  static let i64Ctz: UInt16 = 388
  static let i64Popcnt: UInt16 = 390
  static let i64Extend8S: UInt16 = 392
  static let i64Extend16S: UInt16 = 394
  static let i64Extend32S: UInt16 = 396
  static let f32Abs: UInt16 = 398
  static let f32Neg: UInt16 = 400
  static let f32Ceil: UInt16 = 402
  static let f32Floor: UInt16 = 404
  static let f32Trunc: UInt16 = 406
  static let f32Nearest: UInt16 = 408
  static let f32Sqrt: UInt16 = 410
  static let f64Abs: UInt16 = 412
  static let f64Neg: UInt16 = 414
  static let f64Ceil: UInt16 = 416
  static let f64Floor: UInt16 = 418
  static let f64Trunc: UInt16 = 420
  static let f64Nearest: UInt16 = 422
  static let f64Sqrt: UInt16 = 424
  static let i32WrapI64: UInt16 = 426
  static let i64ExtendI32S: UInt16 = 428
  static let i64ExtendI32U: UInt16 = 430
  static let i32TruncF32S: UInt16 = 432
  static let i32TruncSatF32S: UInt16 = 434
  static let i32TruncF64S: UInt16 = 436
  static let i32TruncSatF64S: UInt16 = 438
  static let i32TruncF32U: UInt16 = 440
  static let i32TruncSatF32U: UInt16 = 442
  static let i32TruncF64U: UInt16 = 444
  static let i32TruncSatF64U: UInt16 = 446
  static let i64TruncF32S: UInt16 = 448
  static let i64TruncSatF32S: UInt16 = 450
  static let i64TruncF64S: UInt16 = 452
  static let i64TruncSatF64S: UInt16 = 454
  static let i64TruncF32U: UInt16 = 456
  static let i64TruncSatF32U: UInt16 = 458
  static let i64TruncF64U: UInt16 = 460
  static let i64TruncSatF64U: UInt16 = 462
  static let f32ConvertI32S: UInt16 = 464
  static let f32ConvertI32U: UInt16 = 466
  static let f32ConvertI64S: UInt16 = 468
  static let f32ConvertI64U: UInt16 = 470
  static let f64ConvertI32S: UInt16 = 472
  static let f64ConvertI32U: UInt16 = 474
  static let f64ConvertI64S: UInt16 = 476
  static let f64ConvertI64U: UInt16 = 478
  static let f32DemoteF64: UInt16 = 480
  static let f64PromoteF32: UInt16 = 482
  static let i32ReinterpretF32: UInt16 = 484
  static let i64ReinterpretF64: UInt16 = 486
  static let f32ReinterpretI32: UInt16 = 488
  static let f64ReinterpretI64: UInt16 = 490
  static let i32AddShl: UInt16 = 492
  static let f64MulAdd: UInt16 = 495
  static let f64MulSub: UInt16 = 497
  static let f32Canonical: UInt16 = 499
  static let f64Canonical: UInt16 = 500
  static let i32Load: UInt16 = 501
  static let i64Load: UInt16 = 518
  static let f32Load: UInt16 = 535
  static let f64Load: UInt16 = 552
  static let i32Load8S: UInt16 = 569
  static let i32Load8U: UInt16 = 577
  static let i32Load16S: UInt16 = 585
  static let i32Load16U: UInt16 = 602
  static let i64Load8S: UInt16 = 619
  static let i64Load8U: UInt16 = 627
  static let i64Load16S: UInt16 = 635
  static let i64Load16U: UInt16 = 652
  static let i64Load32S: UInt16 = 669
  static let i64Load32U: UInt16 = 686
  static let i32Store: UInt16 = 2966
  static let i64Store: UInt16 = 2993
  static let f32Store: UInt16 = 3020
  static let f64Store: UInt16 = 3038
  static let i32Store8: UInt16 = 3056
  static let i32Store16: UInt16 = 3071
  static let i64Store8: UInt16 = 3098
  static let i64Store16: UInt16 = 3113
  static let i64Store32: UInt16 = 3140
  static let addressFar: UInt16 = 703
  static let brI32Eq: UInt16 = 3167
  static let brI32Ne: UInt16 = 3171
  static let brI32LtS: UInt16 = 3175
  static let brI32LtU: UInt16 = 3179
  static let brI32GtS: UInt16 = 3183
  static let brI32GtU: UInt16 = 3187
  static let brI32LeS: UInt16 = 3191
  static let brI32LeU: UInt16 = 3195
  static let brI32GeS: UInt16 = 3199
  static let brI32GeU: UInt16 = 3203
  static let brI64Eq: UInt16 = 3207
  static let brI64Ne: UInt16 = 3211
  static let brI64LtS: UInt16 = 3215
  static let brI64LtU: UInt16 = 3219
  static let brI64GtS: UInt16 = 3223
  static let brI64GtU: UInt16 = 3227
  static let brI64LeS: UInt16 = 3231
  static let brI64LeU: UInt16 = 3235
  static let brI64GeS: UInt16 = 3239
  static let brI64GeU: UInt16 = 3243
  static let brF32Eq: UInt16 = 3247
  static let brF32Ne: UInt16 = 3251
  static let brF32Lt: UInt16 = 3255
  static let brF32Gt: UInt16 = 3259
  static let brF32Le: UInt16 = 3263
  static let brF32Ge: UInt16 = 3267
  static let brF32Nlt: UInt16 = 3271
  static let brF32Ngt: UInt16 = 3275
  static let brF32Nle: UInt16 = 3279
  static let brF32Nge: UInt16 = 3283
  static let brF64Eq: UInt16 = 3287
  static let brF64Ne: UInt16 = 3291
  static let brF64Lt: UInt16 = 3295
  static let brF64Gt: UInt16 = 3299
  static let brF64Le: UInt16 = 3303
  static let brF64Ge: UInt16 = 3307
  static let brF64Nlt: UInt16 = 3311
  static let brF64Ngt: UInt16 = 3315
  static let brF64Nle: UInt16 = 3319
  static let brF64Nge: UInt16 = 3323
  static let br: UInt16 = 3327
  static let brTable: UInt16 = 3328
  static let select: UInt16 = 704
  static let selectI32Eq: UInt16 = 706
  static let selectI32Ne: UInt16 = 708
  static let selectI32LtS: UInt16 = 710
  static let selectI32LtU: UInt16 = 712
  static let selectI32GtS: UInt16 = 714
  static let selectI32GtU: UInt16 = 716
  static let selectI32LeS: UInt16 = 718
  static let selectI32LeU: UInt16 = 720
  static let selectI32GeS: UInt16 = 722
  static let selectI32GeU: UInt16 = 724
  static let selectI64Eq: UInt16 = 726
  static let selectI64Ne: UInt16 = 728
  static let selectI64LtS: UInt16 = 730
  static let selectI64LtU: UInt16 = 732
  static let selectI64GtS: UInt16 = 734
  static let selectI64GtU: UInt16 = 736
  static let selectI64LeS: UInt16 = 738
  static let selectI64LeU: UInt16 = 740
  static let selectI64GeS: UInt16 = 742
  static let selectI64GeU: UInt16 = 744
  static let const32: UInt16 = 3332
  static let const64: UInt16 = 3333
  static let move: UInt16 = 3334
  static let moveFar: UInt16 = 3335
  static let enter: UInt16 = 3336
  static let fuel: UInt16 = 3337
  static let unreachable: UInt16 = 3338
  static let globalGet: UInt16 = 746
  static let globalSetS: UInt16 = 3339
  static let globalSetA: UInt16 = 3340
  static let tableGet: UInt16 = 747
  static let tableSet: UInt16 = 3341
  static let tableSize: UInt16 = 748
  static let refIsNull: UInt16 = 749
  static let memorySize: UInt16 = 750
  static let memoryFill: UInt16 = 3342
  static let memoryCopy: UInt16 = 3343
  static let service: UInt16 = 3344
  static let call: UInt16 = 3345
  static let callExternal: UInt16 = 3346
  static let callIndirectS: UInt16 = 3347
  static let callIndirectA: UInt16 = 3348
  static let returnCall: UInt16 = 3349
  static let returnCallIndirectS: UInt16 = 3350
  static let returnCallIndirectA: UInt16 = 3351
  static let returnNone: UInt16 = 3352
  static let returnOneS: UInt16 = 3353
  static let returnOneA: UInt16 = 3354
  static let returnMany: UInt16 = 3355
  static let untranslated: UInt16 = 3356
  static let exit: UInt16 = 3357
  static let i8x16Splat: UInt16 = 751
  static let i8x16ExtractLaneS: UInt16 = 753
  static let i8x16ExtractLaneU: UInt16 = 754
  static let i8x16ReplaceLane: UInt16 = 755
  static let i16x8Splat: UInt16 = 759
  static let i16x8ExtractLaneS: UInt16 = 761
  static let i16x8ExtractLaneU: UInt16 = 762
  static let i16x8ReplaceLane: UInt16 = 763
  static let i32x4Splat: UInt16 = 767
  static let i32x4ExtractLane: UInt16 = 769
  static let i32x4ReplaceLane: UInt16 = 770
  static let i64x2Splat: UInt16 = 774
  static let i64x2ExtractLane: UInt16 = 776
  static let i64x2ReplaceLane: UInt16 = 777
  static let f32x4Splat: UInt16 = 781
  static let f32x4ExtractLane: UInt16 = 783
  static let f32x4ReplaceLane: UInt16 = 784
  static let f64x2Splat: UInt16 = 788
  static let f64x2ExtractLane: UInt16 = 790
  static let f64x2ReplaceLane: UInt16 = 791
  static let i8x16Eq: UInt16 = 795
  static let i8x16Ne: UInt16 = 798
  static let i8x16LtS: UInt16 = 801
  static let i8x16LtU: UInt16 = 804
  static let i8x16GtS: UInt16 = 807
  static let i8x16GtU: UInt16 = 810
  static let i8x16LeS: UInt16 = 813
  static let i8x16LeU: UInt16 = 816
  static let i8x16GeS: UInt16 = 819
  static let i8x16GeU: UInt16 = 822
  static let i16x8Eq: UInt16 = 825
  static let i16x8Ne: UInt16 = 828
  static let i16x8LtS: UInt16 = 831
  static let i16x8LtU: UInt16 = 834
  static let i16x8GtS: UInt16 = 837
  static let i16x8GtU: UInt16 = 840
  static let i16x8LeS: UInt16 = 843
  static let i16x8LeU: UInt16 = 846
  static let i16x8GeS: UInt16 = 849
  static let i16x8GeU: UInt16 = 852
  static let i32x4Eq: UInt16 = 855
  static let i32x4Ne: UInt16 = 858
  static let i32x4LtS: UInt16 = 861
  static let i32x4LtU: UInt16 = 864
  static let i32x4GtS: UInt16 = 867
  static let i32x4GtU: UInt16 = 870
  static let i32x4LeS: UInt16 = 873
  static let i32x4LeU: UInt16 = 876
  static let i32x4GeS: UInt16 = 879
  static let i32x4GeU: UInt16 = 882
  static let i64x2Eq: UInt16 = 885
  static let i64x2Ne: UInt16 = 888
  static let i64x2LtS: UInt16 = 891
  static let i64x2GtS: UInt16 = 894
  static let i64x2LeS: UInt16 = 897
  static let i64x2GeS: UInt16 = 900
  static let f32x4Eq: UInt16 = 903
  static let f32x4Ne: UInt16 = 906
  static let f32x4Lt: UInt16 = 909
  static let f32x4Gt: UInt16 = 912
  static let f32x4Le: UInt16 = 915
  static let f32x4Ge: UInt16 = 918
  static let f64x2Eq: UInt16 = 921
  static let f64x2Ne: UInt16 = 924
  static let f64x2Lt: UInt16 = 927
  static let f64x2Gt: UInt16 = 930
  static let f64x2Le: UInt16 = 933
  static let f64x2Ge: UInt16 = 936
  static let v128Not: UInt16 = 939
  static let v128And: UInt16 = 941
  static let v128Andnot: UInt16 = 944
  static let v128Or: UInt16 = 947
  static let v128Xor: UInt16 = 950
  static let v128Bitselect: UInt16 = 953
  static let v128AnyTrue: UInt16 = 956
  static let i8x16Abs: UInt16 = 958
  static let i8x16Neg: UInt16 = 960
  static let i8x16AllTrue: UInt16 = 962
  static let i8x16Bitmask: UInt16 = 964
  static let i8x16Shl: UInt16 = 966
  static let i8x16ShrS: UInt16 = 972
  static let i8x16ShrU: UInt16 = 978
  static let i8x16Add: UInt16 = 984
  static let i8x16Sub: UInt16 = 987
  static let i8x16AddSatS: UInt16 = 990
  static let i8x16AddSatU: UInt16 = 993
  static let i8x16SubSatS: UInt16 = 996
  static let i8x16SubSatU: UInt16 = 999
  static let i8x16AvgrU: UInt16 = 1002
  static let i8x16MinS: UInt16 = 1005
  static let i8x16MinU: UInt16 = 1008
  static let i8x16MaxS: UInt16 = 1011
  static let i8x16MaxU: UInt16 = 1014
  static let i16x8Abs: UInt16 = 1017
  static let i16x8Neg: UInt16 = 1019
  static let i16x8AllTrue: UInt16 = 1021
  static let i16x8Bitmask: UInt16 = 1023
  static let i16x8Shl: UInt16 = 1025
  static let i16x8ShrS: UInt16 = 1031
  static let i16x8ShrU: UInt16 = 1037
  static let i16x8Add: UInt16 = 1043
  static let i16x8Sub: UInt16 = 1046
  static let i16x8Mul: UInt16 = 1049
  static let i16x8AddSatS: UInt16 = 1052
  static let i16x8AddSatU: UInt16 = 1055
  static let i16x8SubSatS: UInt16 = 1058
  static let i16x8SubSatU: UInt16 = 1061
  static let i16x8AvgrU: UInt16 = 1064
  static let i16x8MinS: UInt16 = 1067
  static let i16x8MinU: UInt16 = 1070
  static let i16x8MaxS: UInt16 = 1073
  static let i16x8MaxU: UInt16 = 1076
  static let i32x4Abs: UInt16 = 1079
  static let i32x4Neg: UInt16 = 1081
  static let i32x4AllTrue: UInt16 = 1083
  static let i32x4Bitmask: UInt16 = 1085
  static let i32x4Shl: UInt16 = 1087
  static let i32x4ShrS: UInt16 = 1093
  static let i32x4ShrU: UInt16 = 1099
  static let i32x4Add: UInt16 = 1105
  static let i32x4Sub: UInt16 = 1108
  static let i32x4Mul: UInt16 = 1111
  static let i32x4MinS: UInt16 = 1114
  static let i32x4MinU: UInt16 = 1117
  static let i32x4MaxS: UInt16 = 1120
  static let i32x4MaxU: UInt16 = 1123
  static let i64x2Abs: UInt16 = 1126
  static let i64x2Neg: UInt16 = 1128
  static let i64x2AllTrue: UInt16 = 1130
  static let i64x2Bitmask: UInt16 = 1132
  static let i64x2Shl: UInt16 = 1134
  static let i64x2ShrS: UInt16 = 1140
  static let i64x2ShrU: UInt16 = 1146
  static let i64x2Add: UInt16 = 1152
  static let i64x2Sub: UInt16 = 1155
  static let i64x2Mul: UInt16 = 1158
  static let i8x16Popcnt: UInt16 = 1161
  static let i16x8ExtaddPairwiseI8x16S: UInt16 = 1163
  static let i8x16NarrowI16x8S: UInt16 = 1165
  static let i16x8ExtendLowI8x16S: UInt16 = 1168
  static let i16x8ExtmulLowI8x16S: UInt16 = 1170
  static let i16x8ExtendHighI8x16S: UInt16 = 1173
  static let i16x8ExtmulHighI8x16S: UInt16 = 1175
  static let i16x8ExtaddPairwiseI8x16U: UInt16 = 1178
  static let i8x16NarrowI16x8U: UInt16 = 1180
  static let i16x8ExtendLowI8x16U: UInt16 = 1183
  static let i16x8ExtmulLowI8x16U: UInt16 = 1185
  static let i16x8ExtendHighI8x16U: UInt16 = 1188
  static let i16x8ExtmulHighI8x16U: UInt16 = 1190
  static let i32x4ExtaddPairwiseI16x8S: UInt16 = 1193
  static let i16x8NarrowI32x4S: UInt16 = 1195
  static let i32x4ExtendLowI16x8S: UInt16 = 1198
  static let i32x4ExtmulLowI16x8S: UInt16 = 1200
  static let i32x4ExtendHighI16x8S: UInt16 = 1203
  static let i32x4ExtmulHighI16x8S: UInt16 = 1205
  static let i32x4ExtaddPairwiseI16x8U: UInt16 = 1208
  static let i16x8NarrowI32x4U: UInt16 = 1210
  static let i32x4ExtendLowI16x8U: UInt16 = 1213
  static let i32x4ExtmulLowI16x8U: UInt16 = 1215
  static let i32x4ExtendHighI16x8U: UInt16 = 1218
  static let i32x4ExtmulHighI16x8U: UInt16 = 1220
  static let i64x2ExtendLowI32x4S: UInt16 = 1223
  static let i64x2ExtmulLowI32x4S: UInt16 = 1225
  static let i64x2ExtendHighI32x4S: UInt16 = 1228
  static let i64x2ExtmulHighI32x4S: UInt16 = 1230
  static let i64x2ExtendLowI32x4U: UInt16 = 1233
  static let i64x2ExtmulLowI32x4U: UInt16 = 1235
  static let i64x2ExtendHighI32x4U: UInt16 = 1238
  static let i64x2ExtmulHighI32x4U: UInt16 = 1240
  static let i32x4DotI16x8S: UInt16 = 1243
  static let i16x8Q15mulrSatS: UInt16 = 1246
  static let i8x16Swizzle: UInt16 = 1249
  static let i8x16Shuffle: UInt16 = 1252
  static let f32x4Abs: UInt16 = 1255
  static let f32x4Neg: UInt16 = 1257
  static let f32x4Sqrt: UInt16 = 1259
  static let f32x4Ceil: UInt16 = 1261
  static let f32x4Floor: UInt16 = 1263
  static let f32x4Trunc: UInt16 = 1265
  static let f32x4Nearest: UInt16 = 1267
  static let f32x4Add: UInt16 = 1269
  static let f32x4Sub: UInt16 = 1272
  static let f32x4Mul: UInt16 = 1275
  static let f32x4Div: UInt16 = 1278
  static let f32x4Min: UInt16 = 1281
  static let f32x4Max: UInt16 = 1284
  static let f32x4Pmin: UInt16 = 1287
  static let f32x4Pmax: UInt16 = 1290
  static let f32x4Madd: UInt16 = 1293
  static let f32x4Nmadd: UInt16 = 1296
  static let f32x4Canonical: UInt16 = 1299
  static let f64x2Abs: UInt16 = 1300
  static let f64x2Neg: UInt16 = 1302
  static let f64x2Sqrt: UInt16 = 1304
  static let f64x2Ceil: UInt16 = 1306
  static let f64x2Floor: UInt16 = 1308
  static let f64x2Trunc: UInt16 = 1310
  static let f64x2Nearest: UInt16 = 1312
  static let f64x2Add: UInt16 = 1314
  static let f64x2Sub: UInt16 = 1317
  static let f64x2Mul: UInt16 = 1320
  static let f64x2Div: UInt16 = 1323
  static let f64x2Min: UInt16 = 1326
  static let f64x2Max: UInt16 = 1329
  static let f64x2Pmin: UInt16 = 1332
  static let f64x2Pmax: UInt16 = 1335
  static let f64x2Madd: UInt16 = 1338
  static let f64x2Nmadd: UInt16 = 1341
  static let f64x2Canonical: UInt16 = 1344
  static let i32x4TruncSatF32x4S: UInt16 = 1345
  static let i32x4TruncSatF64x2SZero: UInt16 = 1347
  static let f32x4ConvertI32x4S: UInt16 = 1349
  static let f64x2ConvertLowI32x4S: UInt16 = 1351
  static let i32x4TruncSatF32x4U: UInt16 = 1353
  static let i32x4TruncSatF64x2UZero: UInt16 = 1355
  static let f32x4ConvertI32x4U: UInt16 = 1357
  static let f64x2ConvertLowI32x4U: UInt16 = 1359
  static let f32x4DemoteF64x2Zero: UInt16 = 1361
  static let f64x2PromoteLowF32x4: UInt16 = 1363
  static let i16x8RelaxedDotI8x16I7x16S: UInt16 = 1365
  static let i32x4RelaxedDotI8x16I7x16AddS: UInt16 = 1368
  static let v128Const: UInt16 = 1371
  static let v128Load: UInt16 = 1372
  static let v128Load8x8S: UInt16 = 1380
  static let v128Load8x8U: UInt16 = 1388
  static let v128Load16x4S: UInt16 = 1396
  static let v128Load16x4U: UInt16 = 1404
  static let v128Load32x2S: UInt16 = 1412
  static let v128Load32x2U: UInt16 = 1420
  static let v128Load8Splat: UInt16 = 1428
  static let v128Load16Splat: UInt16 = 1436
  static let v128Load32Splat: UInt16 = 1444
  static let v128Load64Splat: UInt16 = 1452
  static let v128Load32Zero: UInt16 = 1460
  static let v128Load64Zero: UInt16 = 1468
  static let v128Store: UInt16 = 3358
  static let v128Load8Lane: UInt16 = 1476
  static let v128Store8Lane: UInt16 = 3368
  static let v128Load16Lane: UInt16 = 1477
  static let v128Store16Lane: UInt16 = 3369
  static let v128Load32Lane: UInt16 = 1478
  static let v128Store32Lane: UInt16 = 3370
  static let v128Load64Lane: UInt16 = 1479
  static let v128Store64Lane: UInt16 = 3371
  static let selectV128: UInt16 = 1480
  static let moveV128: UInt16 = 3372
  static let globalGetV128: UInt16 = 1482
  static let globalSetV128S: UInt16 = 3373
  static let globalSetV128A: UInt16 = 3374
}

/// The families of vector instructions by their names in the text format.
enum VectorHandlers {
  static let byName: [String: UInt16] = [
    "i8x16.splat": 751,
    "i8x16.extract_lane_s": 753,
    "i8x16.extract_lane_u": 754,
    "i8x16.replace_lane": 755,
    "i16x8.splat": 759,
    "i16x8.extract_lane_s": 761,
    "i16x8.extract_lane_u": 762,
    "i16x8.replace_lane": 763,
    "i32x4.splat": 767,
    "i32x4.extract_lane": 769,
    "i32x4.replace_lane": 770,
    "i64x2.splat": 774,
    "i64x2.extract_lane": 776,
    "i64x2.replace_lane": 777,
    "f32x4.splat": 781,
    "f32x4.extract_lane": 783,
    "f32x4.replace_lane": 784,
    "f64x2.splat": 788,
    "f64x2.extract_lane": 790,
    "f64x2.replace_lane": 791,
    "i8x16.eq": 795,
    "i8x16.ne": 798,
    "i8x16.lt_s": 801,
    "i8x16.lt_u": 804,
    "i8x16.gt_s": 807,
    "i8x16.gt_u": 810,
    "i8x16.le_s": 813,
    "i8x16.le_u": 816,
    "i8x16.ge_s": 819,
    "i8x16.ge_u": 822,
    "i16x8.eq": 825,
    "i16x8.ne": 828,
    "i16x8.lt_s": 831,
    "i16x8.lt_u": 834,
    "i16x8.gt_s": 837,
    "i16x8.gt_u": 840,
    "i16x8.le_s": 843,
    "i16x8.le_u": 846,
    "i16x8.ge_s": 849,
    "i16x8.ge_u": 852,
    "i32x4.eq": 855,
    "i32x4.ne": 858,
    "i32x4.lt_s": 861,
    "i32x4.lt_u": 864,
    "i32x4.gt_s": 867,
    "i32x4.gt_u": 870,
    "i32x4.le_s": 873,
    "i32x4.le_u": 876,
    "i32x4.ge_s": 879,
    "i32x4.ge_u": 882,
    "i64x2.eq": 885,
    "i64x2.ne": 888,
    "i64x2.lt_s": 891,
    "i64x2.gt_s": 894,
    "i64x2.le_s": 897,
    "i64x2.ge_s": 900,
    "f32x4.eq": 903,
    "f32x4.ne": 906,
    "f32x4.lt": 909,
    "f32x4.gt": 912,
    "f32x4.le": 915,
    "f32x4.ge": 918,
    "f64x2.eq": 921,
    "f64x2.ne": 924,
    "f64x2.lt": 927,
    "f64x2.gt": 930,
    "f64x2.le": 933,
    "f64x2.ge": 936,
    "v128.not": 939,
    "v128.and": 941,
    "v128.andnot": 944,
    "v128.or": 947,
    "v128.xor": 950,
    "v128.bitselect": 953,
    "v128.any_true": 956,
    "i8x16.abs": 958,
    "i8x16.neg": 960,
    "i8x16.all_true": 962,
    "i8x16.bitmask": 964,
    "i8x16.shl": 966,
    "i8x16.shr_s": 972,
    "i8x16.shr_u": 978,
    "i8x16.add": 984,
    "i8x16.sub": 987,
    "i8x16.add_sat_s": 990,
    "i8x16.add_sat_u": 993,
    "i8x16.sub_sat_s": 996,
    "i8x16.sub_sat_u": 999,
    "i8x16.avgr_u": 1002,
    "i8x16.min_s": 1005,
    "i8x16.min_u": 1008,
    "i8x16.max_s": 1011,
    "i8x16.max_u": 1014,
    "i16x8.abs": 1017,
    "i16x8.neg": 1019,
    "i16x8.all_true": 1021,
    "i16x8.bitmask": 1023,
    "i16x8.shl": 1025,
    "i16x8.shr_s": 1031,
    "i16x8.shr_u": 1037,
    "i16x8.add": 1043,
    "i16x8.sub": 1046,
    "i16x8.mul": 1049,
    "i16x8.add_sat_s": 1052,
    "i16x8.add_sat_u": 1055,
    "i16x8.sub_sat_s": 1058,
    "i16x8.sub_sat_u": 1061,
    "i16x8.avgr_u": 1064,
    "i16x8.min_s": 1067,
    "i16x8.min_u": 1070,
    "i16x8.max_s": 1073,
    "i16x8.max_u": 1076,
    "i32x4.abs": 1079,
    "i32x4.neg": 1081,
    "i32x4.all_true": 1083,
    "i32x4.bitmask": 1085,
    "i32x4.shl": 1087,
    "i32x4.shr_s": 1093,
    "i32x4.shr_u": 1099,
    "i32x4.add": 1105,
    "i32x4.sub": 1108,
    "i32x4.mul": 1111,
    "i32x4.min_s": 1114,
    "i32x4.min_u": 1117,
    "i32x4.max_s": 1120,
    "i32x4.max_u": 1123,
    "i64x2.abs": 1126,
    "i64x2.neg": 1128,
    "i64x2.all_true": 1130,
    "i64x2.bitmask": 1132,
    "i64x2.shl": 1134,
    "i64x2.shr_s": 1140,
    "i64x2.shr_u": 1146,
    "i64x2.add": 1152,
    "i64x2.sub": 1155,
    "i64x2.mul": 1158,
    "i8x16.popcnt": 1161,
    "i16x8.extadd_pairwise_i8x16_s": 1163,
    "i8x16.narrow_i16x8_s": 1165,
    "i16x8.extend_low_i8x16_s": 1168,
    "i16x8.extmul_low_i8x16_s": 1170,
    "i16x8.extend_high_i8x16_s": 1173,
    "i16x8.extmul_high_i8x16_s": 1175,
    "i16x8.extadd_pairwise_i8x16_u": 1178,
    "i8x16.narrow_i16x8_u": 1180,
    "i16x8.extend_low_i8x16_u": 1183,
    "i16x8.extmul_low_i8x16_u": 1185,
    "i16x8.extend_high_i8x16_u": 1188,
    "i16x8.extmul_high_i8x16_u": 1190,
    "i32x4.extadd_pairwise_i16x8_s": 1193,
    "i16x8.narrow_i32x4_s": 1195,
    "i32x4.extend_low_i16x8_s": 1198,
    "i32x4.extmul_low_i16x8_s": 1200,
    "i32x4.extend_high_i16x8_s": 1203,
    "i32x4.extmul_high_i16x8_s": 1205,
    "i32x4.extadd_pairwise_i16x8_u": 1208,
    "i16x8.narrow_i32x4_u": 1210,
    "i32x4.extend_low_i16x8_u": 1213,
    "i32x4.extmul_low_i16x8_u": 1215,
    "i32x4.extend_high_i16x8_u": 1218,
    "i32x4.extmul_high_i16x8_u": 1220,
    "i64x2.extend_low_i32x4_s": 1223,
    "i64x2.extmul_low_i32x4_s": 1225,
    "i64x2.extend_high_i32x4_s": 1228,
    "i64x2.extmul_high_i32x4_s": 1230,
    "i64x2.extend_low_i32x4_u": 1233,
    "i64x2.extmul_low_i32x4_u": 1235,
    "i64x2.extend_high_i32x4_u": 1238,
    "i64x2.extmul_high_i32x4_u": 1240,
    "i32x4.dot_i16x8_s": 1243,
    "i16x8.q15mulr_sat_s": 1246,
    "i8x16.swizzle": 1249,
    "i8x16.shuffle": 1252,
    "f32x4.abs": 1255,
    "f32x4.neg": 1257,
    "f32x4.sqrt": 1259,
    "f32x4.ceil": 1261,
    "f32x4.floor": 1263,
    "f32x4.trunc": 1265,
    "f32x4.nearest": 1267,
    "f32x4.add": 1269,
    "f32x4.sub": 1272,
    "f32x4.mul": 1275,
    "f32x4.div": 1278,
    "f32x4.min": 1281,
    "f32x4.max": 1284,
    "f32x4.pmin": 1287,
    "f32x4.pmax": 1290,
    "f32x4.madd": 1293,
    "f32x4.nmadd": 1296,
    "f32x4.canonical": 1299,
    "f64x2.abs": 1300,
    "f64x2.neg": 1302,
    "f64x2.sqrt": 1304,
    "f64x2.ceil": 1306,
    "f64x2.floor": 1308,
    "f64x2.trunc": 1310,
    "f64x2.nearest": 1312,
    "f64x2.add": 1314,
    "f64x2.sub": 1317,
    "f64x2.mul": 1320,
    "f64x2.div": 1323,
    "f64x2.min": 1326,
    "f64x2.max": 1329,
    "f64x2.pmin": 1332,
    "f64x2.pmax": 1335,
    "f64x2.madd": 1338,
    "f64x2.nmadd": 1341,
    "f64x2.canonical": 1344,
    "i32x4.trunc_sat_f32x4_s": 1345,
    "i32x4.trunc_sat_f64x2_s_zero": 1347,
    "f32x4.convert_i32x4_s": 1349,
    "f64x2.convert_low_i32x4_s": 1351,
    "i32x4.trunc_sat_f32x4_u": 1353,
    "i32x4.trunc_sat_f64x2_u_zero": 1355,
    "f32x4.convert_i32x4_u": 1357,
    "f64x2.convert_low_i32x4_u": 1359,
    "f32x4.demote_f64x2_zero": 1361,
    "f64x2.promote_low_f32x4": 1363,
    "i16x8.relaxed_dot_i8x16_i7x16_s": 1365,
    "i32x4.relaxed_dot_i8x16_i7x16_add_s": 1368,
    "v128.const": 1371,
    "v128.load": 1372,
    "v128.load8x8_s": 1380,
    "v128.load8x8_u": 1388,
    "v128.load16x4_s": 1396,
    "v128.load16x4_u": 1404,
    "v128.load32x2_s": 1412,
    "v128.load32x2_u": 1420,
    "v128.load8_splat": 1428,
    "v128.load16_splat": 1436,
    "v128.load32_splat": 1444,
    "v128.load64_splat": 1452,
    "v128.load32_zero": 1460,
    "v128.load64_zero": 1468,
    "v128.store": 3358,
    "v128.load8_lane": 1476,
    "v128.store8_lane": 3368,
    "v128.load16_lane": 1477,
    "v128.store16_lane": 3369,
    "v128.load32_lane": 1478,
    "v128.store32_lane": 3370,
    "v128.load64_lane": 1479,
    "v128.store64_lane": 3371,
    "select.v128": 1480,
    "move.v128": 3372,
    "global.get_v128": 1482,
    "global.set_v128_s": 3373,
    "global.set_v128_a": 3374,
  ]
}
